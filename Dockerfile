# docker build -t digits . && docker run --rm -p 127.0.0.1:8888:8888 -v digits:/home/learner/course/mine digits
FROM python:3.12-slim AS base
RUN apt-get update && apt-get install --yes --no-install-recommends git make && rm -rf /var/lib/apt/lists/*
RUN useradd --create-home --shell /bin/bash learner && install -d -o learner -g learner /home/learner/course
USER learner
WORKDIR /home/learner/course

# In the image itself the course is installed and checked, and starts.
FROM base
COPY --chown=learner:learner . .
RUN make .venv/installed && mkdir mine
RUN make check
EXPOSE 8888
CMD ["make", "lab", "LAB=--ip=0.0.0.0 --no-browser"]
