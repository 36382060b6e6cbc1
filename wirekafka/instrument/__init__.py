"""What a test can have a broker do that no Kafka API does: reset it, fill it, look into it, and
wait for its groups. Plain functions of the broker; `wirekafka.control` offers them over HTTP.
"""
