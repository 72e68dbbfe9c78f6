# Every target makes .venv first, once. Choose another Python with: make PYTHON=python3.12 run
PYTHON ?= python3
VENV := .venv
RUN := $(VENV)/bin/python
# Dense networks gain little from a second thread, so the tests use two processes of one thread each.
ONE_THREAD := OMP_NUM_THREADS=1 TF_NUM_INTRAOP_THREADS=1 TF_NUM_INTEROP_THREADS=1

.PHONY: run test lab quick outputs lint lock clean
.DEFAULT_GOAL := run

$(VENV)/installed: requirements.txt constraints.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(None if (3, 11) <= sys.version_info[:2] <= (3, 13) else "Python 3.11, 3.12 or 3.13 is needed. If you have one under another name: make PYTHON=python3.12")'
	$(PYTHON) -m venv --clear $(VENV)
	$(RUN) -m pip install --disable-pip-version-check -r requirements.txt
	@touch $@

run: $(VENV)/installed  ## execute every notebook; pages in build/
	$(RUN) tools/run_notebooks.py

test: $(VENV)/installed  ## all tests, and every notebook against its stored outputs
	$(ONE_THREAD) $(RUN) -m pytest -n 2

lab: $(VENV)/installed  ## JupyterLab on the map of the course
	$(RUN) -m jupyter lab notebooks/00_start_here.ipynb

quick: $(VENV)/installed  ## every notebook with small parameters
	$(RUN) tools/run_notebooks.py --quick --out build/quick

outputs: $(VENV)/installed  ## execute the notebooks in place, to store their outputs
	$(RUN) tools/store_outputs.py

lint: $(VENV)/installed
	$(RUN) -m ruff check
	$(RUN) -m ruff format --check

lock:  ## write constraints.txt: the newest versions that requirements.txt allows
	$(PYTHON) -m venv build/lock
	build/lock/bin/python -m pip install --disable-pip-version-check --quiet uv==0.13.9
	grep -v '^-' requirements.txt | build/lock/bin/python -m uv pip compile --universal --python-version 3.11 --upgrade --no-annotate --no-header --quiet -o constraints.txt -

clean:
	rm -rf $(VENV) build
