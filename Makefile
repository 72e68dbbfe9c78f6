# Every target but check, lock and clean makes .venv first, once. Choose another Python with: make PYTHON=python3.12 run
PYTHON ?= python3
VENV := .venv
RUN := $(VENV)/bin/python
# Dense networks gain little from a second thread, so the tests use two processes of one thread each.
ONE_THREAD := OMP_NUM_THREADS=1 TF_NUM_INTRAOP_THREADS=1 TF_NUM_INTEROP_THREADS=1

.PHONY: run test lab check quick outputs student slides site sweep bench lint lock clean
.DEFAULT_GOAL := run

$(VENV)/installed: requirements.txt constraints.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(None if (3, 11) <= sys.version_info[:2] <= (3, 13) else "Python 3.11, 3.12 or 3.13 is needed. If you have one under another name: make PYTHON=python3.12")'
	$(PYTHON) -m venv $(VENV)
	$(RUN) -m pip install --disable-pip-version-check -r requirements.txt
	@touch $@

$(VENV)/installed-%: requirements-%.txt $(VENV)/installed requirements-sweep.txt requirements-site.txt
	$(RUN) -m pip install --disable-pip-version-check -r $<
	@touch $@

$(VENV)/installed-bench: $(VENV)/installed benchmarks/requirements.txt
	$(RUN) -m pip install --disable-pip-version-check -r benchmarks/requirements.txt
	@touch $@

run: $(VENV)/installed  ## execute every notebook; pages in build/
	$(RUN) tools/run_notebooks.py

test: $(VENV)/installed-test  ## all tests, and every notebook against its stored outputs
	$(ONE_THREAD) $(RUN) -m pytest -n 2

lab: $(VENV)/installed  ## JupyterLab on the map of the course
	$(RUN) -m jupyter lab notebooks/00_start_here.ipynb

check:  ## in about twenty seconds: OK, or what is wrong and how to mend it; installs nothing
	@$(if $(wildcard $(RUN)),$(RUN),$(PYTHON)) tools/check_environment.py

quick: $(VENV)/installed  ## every notebook with small parameters
	$(RUN) tools/run_notebooks.py --quick --out build/quick

outputs: $(VENV)/installed  ## execute the notebooks in place, to store their outputs
	$(RUN) tools/store_outputs.py

student: $(VENV)/installed  ## copies of the notebooks without solutions and outputs, in build/student/
	$(RUN) tools/copies.py student

slides: $(VENV)/installed-site  ## a deck of slides for each notebook, in build/slides/
	$(RUN) tools/copies.py slides

site: $(VENV)/installed-site  ## the course as a website, with the stored outputs, in build/site/
	$(RUN) -m sphinx -W --keep-going -q -c tools -d build/site-cache . build/site

sweep: $(VENV)/installed-sweep  ## the repeated trainings that the notebooks draw from, where they are missing in data/
	$(RUN) tools/sweep.py sweeps/variants.ipynb --grid sweeps/ten_seeds.yml --out data/ten_seeds.csv
	$(RUN) tools/sweep.py sweeps/variants.ipynb --grid sweeps/training_images.yml --out data/training_images.csv
	$(RUN) tools/sweep.py sweeps/changes_of_b.ipynb --grid sweeps/changes_of_b.yml --out data/changes_of_b.csv
	$(RUN) tools/sweep.py sweeps/improve.ipynb --grid sweeps/improve.yml --out data/improve.csv
	$(RUN) tools/sweep.py sweeps/own_writing.ipynb --grid sweeps/own_writing.yml --out data/own_writing.csv
	$(RUN) tools/sweep.py sweeps/batch_size.ipynb --grid sweeps/batch_size.yml --out data/batch_size.csv

bench: $(VENV)/installed-bench  ## speed beside other libraries; the table goes to benchmarks/results.md
	$(RUN) benchmarks/run.py

lint: $(VENV)/installed
	$(RUN) -m ruff check
	$(RUN) -m ruff format --check

lock:  ## write constraints.txt: the newest versions that the requirements allow
	$(PYTHON) -m venv build/lock
	build/lock/bin/python -m pip install --disable-pip-version-check --quiet uv==0.13.9
	cat requirements.txt requirements-*.txt | grep -v '^[-#]' | build/lock/bin/python -m uv pip compile --universal --python-version 3.11 --upgrade --no-annotate --no-header --quiet -o constraints.txt -

clean:
	rm -rf $(VENV) build notebooks/build *.egg-info .hypothesis .pytest_cache .ruff_cache
