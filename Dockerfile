# One image for app and worker. Built in two stages: the first has Node.js and all sources of the web assets,
# the second only what runs, as a user without rights.
FROM python:3.13-slim-bookworm AS build
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1 PYTHONDONTWRITEBYTECODE=1
WORKDIR /app
RUN python -m venv /venv
ENV PATH=/venv/bin:$PATH
COPY requirements/run.lock requirements/
RUN pip install --require-hashes --no-deps --only-binary :all: -r requirements/run.lock
# Node.js only for the assets: its own environment, left behind in this stage.
COPY requirements/node.lock requirements/
RUN pip install --require-hashes --no-deps --only-binary :all: --target /node -r requirements/node.lock
COPY package.json package-lock.json .npmrc tsconfig.json ./
COPY pyproject.toml LICENSE README.md ./
COPY backend backend
COPY kiosk kiosk
COPY moderation moderation
COPY printables printables
COPY migrations migrations
RUN PYTHONPATH=/node python -m backend.web.build && rm -rf node_modules
RUN pip install --no-deps --no-build-isolation --editable . && python -m compileall -q backend kiosk moderation printables

FROM python:3.13-slim-bookworm
# Pango lays out the PDF sheets, espeak-ng reads aloud at the kiosk.
RUN apt-get update \
    && apt-get install -y --no-install-recommends \
        espeak-ng libharfbuzz-subset0 libpango-1.0-0 libpangoft2-1.0-0 \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --system --uid 10001 --home-dir /data --shell /usr/sbin/nologin machmit \
    && install -d -o machmit -g machmit /data
ENV PATH=/venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 MACHMIT_DATA_DIR=/data
COPY --from=build /venv /venv
COPY --from=build /app /app
WORKDIR /app
USER machmit
VOLUME /data
EXPOSE 8000
HEALTHCHECK --interval=10s --timeout=3s --start-period=20s --retries=3 \
    CMD ["python", "-c", "import urllib.request as u; u.urlopen('http://127.0.0.1:8000/health/live', timeout=2)"]
CMD ["machmit", "serve", "--host", "0.0.0.0", "--port", "8000"]
