# wirekafka as an image: docs/container.md says how to use it.
#   docker build -t wirekafka .
# The Python is the one that the tests run with; every dependency has a wheel for it.
ARG PYTHON=3.11-slim-bookworm

FROM python:${PYTHON} AS build
WORKDIR /source
COPY pyproject.toml README.md LICENSE ./
COPY wirekafka wirekafka
COPY protocol protocol
COPY storage storage
# pip stays here: the environment that is copied has none.
RUN pip wheel --no-cache-dir --no-deps --wheel-dir /wheels . \
    && python -m venv --without-pip /opt/wirekafka \
    && pip --python /opt/wirekafka/bin/python install --no-cache-dir --only-binary=:all: /wheels/*.whl
COPY container container
RUN container/install /image

FROM python:${PYTHON}
LABEL org.opencontainers.image.title="wirekafka" \
      org.opencontainers.image.description="A Kafka broker in Python" \
      org.opencontainers.image.licenses="Apache-2.0"
# In group 0, so that a platform that chooses the user (OpenShift) can run it, too. COPY keeps the modes
# of what is in a folder, not the folder's own: these are there before. The image of Python comes
# without its compiled library and our user could not keep one: each start would compile it again.
RUN useradd --uid 1000 --gid 0 --home-dir /var/lib/kafka --no-create-home --shell /bin/bash wirekafka \
    && install -d -m 775 -o 1000 -g 0 /etc/kafka /etc/confluent /opt/kafka /var/lib/kafka \
    && python -m compileall -q -x '/(site-packages|ensurepip|idlelib|lib2to3|pydoc_data|tkinter|turtledemo)/' \
        "$(python -c 'import os; print(os.path.dirname(os.__file__))')"
COPY --from=build /opt/wirekafka /opt/wirekafka
COPY --from=build /image/usr/local/bin/ /usr/local/bin/
COPY --from=build --chown=1000:0 /image/etc/kafka /etc/kafka
COPY --from=build --chown=1000:0 /image/etc/confluent /etc/confluent
COPY --from=build --chown=1000:0 /image/opt/kafka /opt/kafka
COPY --from=build --chown=1000:0 /image/mnt/shared /mnt/shared
COPY --from=build --chown=1000:0 /image/var/lib/kafka /var/lib/kafka
ENV PATH=/opt/wirekafka/bin:$PATH \
    WIREKAFKA_DATA_DIR=/var/lib/kafka/data
# Start scripts of testcontainers write into the current directory.
WORKDIR /var/lib/kafka
VOLUME ["/var/lib/kafka/data"]
# Kafka; the control port, where one is asked for.
EXPOSE 9092 9094
USER 1000
HEALTHCHECK --interval=2s --timeout=3s --start-period=10s CMD ["wirekafka", "ready"]
ENTRYPOINT ["wirekafka-entrypoint"]
CMD ["serve"]
