# The portal as one image: web, worker, beat and migrations differ only in their command (docker-compose.yml).
# syntax=docker/dockerfile:1
FROM python:3.11-slim-bookworm AS build
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1 PYTHONDONTWRITEBYTECODE=1
RUN python -m venv /opt/venv
WORKDIR /srv/portal
COPY requirements.lock ./
RUN /opt/venv/bin/pip install --require-hashes --only-binary=:all: -r requirements.lock
COPY manage.py pyproject.toml ./
COPY portal ./portal
COPY applications ./applications
COPY reviews ./reviews
COPY grants ./grants
COPY templates ./templates
COPY static ./static
COPY locale ./locale
COPY deploy ./deploy
# Nothing secret is in the image: the key here signs nothing and ends with this step.
RUN PORTAL_ENV=production SECRET_KEY=only-for-this-step STATIC_DIR=/srv/portal/collected VAR_DIR=/tmp/var \
    /opt/venv/bin/python manage.py collectstatic --noinput --verbosity 0 \
 && PORTAL_ENV=production SECRET_KEY=only-for-this-step VAR_DIR=/tmp/var \
    /opt/venv/bin/python manage.py messages --compile \
 && /opt/venv/bin/python -m compileall -q portal applications reviews grants

FROM python:3.11-slim-bookworm
RUN groupadd --gid 10001 portal \
 && useradd --uid 10001 --gid portal --no-create-home --home-dir /nonexistent --shell /usr/sbin/nologin portal \
 && install -d -o portal -g portal /var/lib/portal
COPY --from=build /opt/venv /opt/venv
COPY --from=build /srv/portal /srv/portal
WORKDIR /srv/portal
ENV PATH=/opt/venv/bin:$PATH PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1 \
    PORTAL_ENV=production STATIC_DIR=/srv/portal/collected VAR_DIR=/var/lib/portal
USER 10001:10001
VOLUME /var/lib/portal
EXPOSE 8000
CMD ["gunicorn", "--config", "deploy/gunicorn.conf.py", "portal.wsgi"]
