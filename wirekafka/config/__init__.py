"""Configuration: the tables of Kafka's configs, parsing, typed views, what DescribeConfigs says.

Reading order: property (one row), values (text to value and back), broker_properties,
topic_properties, group_properties (the tables), layers (which value wins), parse (what users
write), views (what the broker runs with), without_effect (what must be warned of), describe,
dynamic and topic (what clients see and change), render (docs/configuration.md).
"""
