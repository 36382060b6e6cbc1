"""TLS, SASL, users and tokens: nothing of it is acted on yet.

Facts about Apache Kafka 4.3.1; see `property.py` for the columns.
"""

# fmt: off

from __future__ import annotations

from wirekafka.config.property import (
    BOOLEAN,
    CLASS,
    DOUBLE,
    HIGH,
    INT,
    LIST,
    LONG,
    LOW,
    MEDIUM,
    PASSWORD,
    PER_BROKER,
    READ_ONLY,
    SHORT,
    STRING,
    Property,
)

PROPERTIES: tuple[Property, ...] = (
    Property(
        "authorizer.class.name", STRING, "", "non-null string", LOW, READ_ONLY,
        "Java class that decides who may do what; empty: everything is allowed.", acted_on=True,
    ),
    Property(
        "connections.max.reauth.ms", LONG, "0", None, MEDIUM, READ_ONLY,
        "Longest time until a SASL client must log in again; 0: never.",
    ),
    Property(
        "delegation.token.expiry.check.interval.ms", LONG, "3600000", "[1,...]", LOW, READ_ONLY,
        "How often expired delegation tokens are removed.",
    ),
    Property(
        "delegation.token.expiry.time.ms", LONG, "86400000", "[1,...]", MEDIUM, READ_ONLY,
        "Life of a delegation token until it must be renewed.",
    ),
    Property(
        "delegation.token.max.lifetime.ms", LONG, "604800000", "[1,...]", MEDIUM, READ_ONLY,
        "Age at which a delegation token cannot be renewed any more.",
    ),
    Property(
        "delegation.token.secret.key", PASSWORD, None, None, MEDIUM, READ_ONLY,
        "Secret that signs delegation tokens; the same on every broker.",
    ),
    Property(
        "early.start.listeners", LIST, None, "", HIGH, READ_ONLY,
        "Listeners that open before the authorizer is ready.",
    ),
    Property(
        "principal.builder.class", CLASS,
        "org.apache.kafka.common.security.authenticator.DefaultKafkaPrincipalBuilder", None,
        MEDIUM, PER_BROKER, "Java class that names the user of a connection.",
    ),
    Property(
        "sasl.client.callback.handler.class", CLASS, None, None, MEDIUM, READ_ONLY,
        "Java class that answers a SASL client's questions.",
    ),
    Property(
        "sasl.enabled.mechanisms", LIST, "GSSAPI", "", MEDIUM, PER_BROKER,
        "SASL mechanisms that clients may use.",
    ),
    Property(
        "sasl.jaas.config", PASSWORD, None, None, MEDIUM, PER_BROKER,
        "Login module and options of SASL.",
    ),
    Property(
        "sasl.kerberos.kinit.cmd", STRING, "/usr/bin/kinit", None, MEDIUM, PER_BROKER,
        "Path of kinit.",
    ),
    Property(
        "sasl.kerberos.min.time.before.relogin", LONG, "60000", None, MEDIUM, PER_BROKER,
        "Least time between two Kerberos logins.",
    ),
    Property(
        "sasl.kerberos.principal.to.local.rules", LIST, "DEFAULT", "", MEDIUM, PER_BROKER,
        "Rules that turn Kerberos principals into user names.",
    ),
    Property(
        "sasl.kerberos.service.name", STRING, None, None, MEDIUM, PER_BROKER,
        "Kerberos name of the broker.",
    ),
    Property(
        "sasl.kerberos.ticket.renew.jitter", DOUBLE, "0.05", None, MEDIUM, PER_BROKER,
        "Random part of the time until a ticket is renewed.",
    ),
    Property(
        "sasl.kerberos.ticket.renew.window.factor", DOUBLE, "0.8", None, MEDIUM, PER_BROKER,
        "Part of a ticket's life after which it is renewed.",
    ),
    Property(
        "sasl.login.callback.handler.class", CLASS, None, None, MEDIUM, READ_ONLY,
        "Java class that answers the login's questions.",
    ),
    Property("sasl.login.class", CLASS, None, None, MEDIUM, READ_ONLY, "Java class of the login."),
    Property(
        "sasl.login.connect.timeout.ms", INT, None, None, LOW, READ_ONLY,
        "Longest wait for a connection to the login provider.",
    ),
    Property(
        "sasl.login.read.timeout.ms", INT, None, None, LOW, READ_ONLY,
        "Longest wait for an answer of the login provider.",
    ),
    Property(
        "sasl.login.refresh.buffer.seconds", SHORT, "300", None, MEDIUM, PER_BROKER,
        "Least time that must be left of a credential at its refresh.",
    ),
    Property(
        "sasl.login.refresh.min.period.seconds", SHORT, "60", None, MEDIUM, PER_BROKER,
        "Least time between two refreshes of a credential.",
    ),
    Property(
        "sasl.login.refresh.window.factor", DOUBLE, "0.8", None, MEDIUM, PER_BROKER,
        "Part of a credential's life after which it is refreshed.",
    ),
    Property(
        "sasl.login.refresh.window.jitter", DOUBLE, "0.05", None, MEDIUM, PER_BROKER,
        "Random part of the time until a credential is refreshed.",
    ),
    Property(
        "sasl.login.retry.backoff.max.ms", LONG, "10000", None, LOW, READ_ONLY,
        "Longest pause between login attempts.",
    ),
    Property(
        "sasl.login.retry.backoff.ms", LONG, "100", None, LOW, READ_ONLY,
        "First pause between login attempts.",
    ),
    Property(
        "sasl.mechanism.controller.protocol", STRING, "GSSAPI", None, HIGH, READ_ONLY,
        "SASL mechanism towards controllers.",
    ),
    Property(
        "sasl.mechanism.inter.broker.protocol", STRING, "GSSAPI", None, MEDIUM, PER_BROKER,
        "SASL mechanism between brokers.",
    ),
    Property(
        "sasl.oauthbearer.assertion.algorithm", STRING, "RS256",
        "(case insensitive) [ES256, RS256]", MEDIUM, READ_ONLY,
        "Algorithm that signs OAuth assertions.",
    ),
    Property(
        "sasl.oauthbearer.assertion.claim.aud", STRING, None, None, MEDIUM, READ_ONLY,
        "Audience claim of OAuth assertions.",
    ),
    Property(
        "sasl.oauthbearer.assertion.claim.exp.seconds", INT, "300", "[0,...,86400]", LOW,
        READ_ONLY, "Life of an OAuth assertion.",
    ),
    Property(
        "sasl.oauthbearer.assertion.claim.iss", STRING, None, None, MEDIUM, READ_ONLY,
        "Issuer claim of OAuth assertions.",
    ),
    Property(
        "sasl.oauthbearer.assertion.claim.jti.include", BOOLEAN, "false", None, MEDIUM, READ_ONLY,
        "Give each OAuth assertion an id of its own.",
    ),
    Property(
        "sasl.oauthbearer.assertion.claim.nbf.seconds", INT, "60", "[0,...,3600]", LOW, READ_ONLY,
        "How far the start of an OAuth assertion lies in the past.",
    ),
    Property(
        "sasl.oauthbearer.assertion.claim.sub", STRING, None, None, MEDIUM, READ_ONLY,
        "Subject claim of OAuth assertions.",
    ),
    Property(
        "sasl.oauthbearer.assertion.file", STRING, None, None, MEDIUM, READ_ONLY,
        "File with a ready OAuth assertion.",
    ),
    Property(
        "sasl.oauthbearer.assertion.private.key.file", STRING, None, None, MEDIUM, READ_ONLY,
        "File with the key that signs OAuth assertions.",
    ),
    Property(
        "sasl.oauthbearer.assertion.private.key.passphrase", PASSWORD, None, None, MEDIUM,
        READ_ONLY, "Passphrase of that key.",
    ),
    Property(
        "sasl.oauthbearer.assertion.template.file", STRING, None, None, MEDIUM, READ_ONLY,
        "File with fixed headers and claims of OAuth assertions.",
    ),
    Property(
        "sasl.oauthbearer.client.credentials.client.id", STRING, None, None, MEDIUM, READ_ONLY,
        "OAuth client id.",
    ),
    Property(
        "sasl.oauthbearer.client.credentials.client.secret", PASSWORD, None, None, MEDIUM,
        READ_ONLY, "OAuth client secret.",
    ),
    Property(
        "sasl.oauthbearer.clock.skew.seconds", INT, "30", None, LOW, READ_ONLY,
        "Difference of clocks that is forgiven in OAuth tokens.",
    ),
    Property(
        "sasl.oauthbearer.expected.audience", LIST, "", "", HIGH, READ_ONLY,
        "Audiences that an OAuth token may name.",
    ),
    Property(
        "sasl.oauthbearer.expected.issuer", STRING, None, None, HIGH, READ_ONLY,
        "Issuer that an OAuth token must name.",
    ),
    Property(
        "sasl.oauthbearer.jwks.endpoint.refresh.ms", LONG, "3600000", None, LOW, READ_ONLY,
        "How often the OAuth provider's keys are fetched.",
    ),
    Property(
        "sasl.oauthbearer.jwks.endpoint.retry.backoff.max.ms", LONG, "10000", None, LOW, READ_ONLY,
        "Longest pause between attempts to fetch those keys.",
    ),
    Property(
        "sasl.oauthbearer.jwks.endpoint.retry.backoff.ms", LONG, "100", None, LOW, READ_ONLY,
        "First pause between attempts to fetch those keys.",
    ),
    Property(
        "sasl.oauthbearer.jwks.endpoint.url", STRING, None, None, MEDIUM, READ_ONLY,
        "Address of the OAuth provider's keys.",
    ),
    Property(
        "sasl.oauthbearer.jwt.retriever.class", CLASS,
        "org.apache.kafka.common.security.oauthbearer.DefaultJwtRetriever", None, MEDIUM,
        READ_ONLY, "Java class that obtains OAuth tokens.",
    ),
    Property(
        "sasl.oauthbearer.jwt.validator.class", CLASS,
        "org.apache.kafka.common.security.oauthbearer.DefaultJwtValidator", None, MEDIUM,
        READ_ONLY, "Java class that checks OAuth tokens.",
    ),
    Property(
        "sasl.oauthbearer.scope", STRING, None, None, MEDIUM, READ_ONLY,
        "Scope asked for in OAuth tokens.",
    ),
    Property(
        "sasl.oauthbearer.scope.claim.name", STRING, "scope", None, LOW, READ_ONLY,
        "Claim that holds the scope.",
    ),
    Property(
        "sasl.oauthbearer.sub.claim.name", STRING, "sub", None, LOW, READ_ONLY,
        "Claim that holds the user.",
    ),
    Property(
        "sasl.oauthbearer.token.endpoint.url", STRING, None, None, MEDIUM, READ_ONLY,
        "Address at which OAuth tokens are obtained.",
    ),
    Property(
        "sasl.server.callback.handler.class", CLASS, None, None, MEDIUM, READ_ONLY,
        "Java class that checks SASL credentials.",
    ),
    Property(
        "sasl.server.max.receive.size", INT, "524288", None, MEDIUM, READ_ONLY,
        "Largest message during a SASL login.",
    ),
    Property(
        "security.inter.broker.protocol", STRING, "PLAINTEXT",
        "[PLAINTEXT, SSL, SASL_PLAINTEXT, SASL_SSL]", MEDIUM, READ_ONLY,
        "Security protocol between brokers, where no listener is named for it.",
    ),
    Property(
        "security.providers", STRING, None, None, LOW, READ_ONLY,
        "Java classes of further security providers.",
    ),
    Property(
        "ssl.allow.dn.changes", BOOLEAN, "false", None, LOW, READ_ONLY,
        "Allow a new key store with another distinguished name.",
    ),
    Property(
        "ssl.allow.san.changes", BOOLEAN, "false", None, LOW, READ_ONLY,
        "Allow a new key store with other alternative names.",
    ),
    Property(
        "ssl.cipher.suites", LIST, "", "", MEDIUM, PER_BROKER, "TLS cipher suites; empty: all.",
    ),
    Property(
        "ssl.client.auth", STRING, "none", "[required, requested, none]", MEDIUM, PER_BROKER,
        "Whether clients must show a certificate.",
    ),
    Property(
        "ssl.enabled.protocols", LIST, "TLSv1.2,TLSv1.3", "", MEDIUM, PER_BROKER, "TLS versions.",
    ),
    Property(
        "ssl.endpoint.identification.algorithm", STRING, "https", None, LOW, PER_BROKER,
        "How a server's name is compared with its certificate.",
    ),
    Property(
        "ssl.engine.factory.class", CLASS, None, None, LOW, PER_BROKER,
        "Java class that makes TLS engines.",
    ),
    Property(
        "ssl.key.password", PASSWORD, None, None, MEDIUM, PER_BROKER,
        "Password of the private key.",
    ),
    Property(
        "ssl.keymanager.algorithm", STRING, "SunX509", None, MEDIUM, PER_BROKER,
        "Java algorithm of the key manager.",
    ),
    Property(
        "ssl.keystore.certificate.chain", PASSWORD, None, None, MEDIUM, PER_BROKER,
        "Certificate chain as PEM text.",
    ),
    Property(
        "ssl.keystore.key", PASSWORD, None, None, MEDIUM, PER_BROKER, "Private key as PEM text.",
    ),
    Property(
        "ssl.keystore.location", STRING, None, None, MEDIUM, PER_BROKER, "File of the key store.",
    ),
    Property(
        "ssl.keystore.password", PASSWORD, None, None, MEDIUM, PER_BROKER,
        "Password of the key store.",
    ),
    Property(
        "ssl.keystore.type", STRING, "JKS", None, MEDIUM, PER_BROKER, "Format of the key store.",
    ),
    Property(
        "ssl.principal.mapping.rules", STRING, "DEFAULT", None, LOW, READ_ONLY,
        "Rules that turn certificate names into user names.",
    ),
    Property(
        "ssl.protocol", STRING, "TLSv1.3", None, MEDIUM, PER_BROKER,
        "TLS version with which contexts are made.",
    ),
    Property(
        "ssl.provider", STRING, None, None, MEDIUM, PER_BROKER, "Java security provider of TLS.",
    ),
    Property(
        "ssl.secure.random.implementation", STRING, None, None, LOW, PER_BROKER,
        "Java random generator of TLS.",
    ),
    Property(
        "ssl.trustmanager.algorithm", STRING, "PKIX", None, MEDIUM, PER_BROKER,
        "Java algorithm of the trust manager.",
    ),
    Property(
        "ssl.truststore.certificates", PASSWORD, None, None, MEDIUM, PER_BROKER,
        "Trusted certificates as PEM text.",
    ),
    Property(
        "ssl.truststore.location", STRING, None, None, MEDIUM, PER_BROKER,
        "File of the trust store.",
    ),
    Property(
        "ssl.truststore.password", PASSWORD, None, None, MEDIUM, PER_BROKER,
        "Password of the trust store.",
    ),
    Property(
        "ssl.truststore.type", STRING, "JKS", None, MEDIUM, PER_BROKER,
        "Format of the trust store.",
    ),
)
