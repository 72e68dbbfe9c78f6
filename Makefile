# Every target but check, lock and clean makes .venv first, once. Choose another Python with: make PYTHON=python3.12 run
PYTHON ?= python3
VENV := .venv
RUN := $(VENV)/$(if $(filter Windows_NT,$(OS)),Scripts,bin)/python
# Options for JupyterLab, such as --no-browser; as root, it asks for --allow-root: make lab LAB=--allow-root
LAB :=
# The kernel of .venv comes before others that JUPYTER_PATH may name; the check sees that as it was.
GIVEN := $(JUPYTER_PATH)
export JUPYTER_PATH := $(CURDIR)/$(VENV)/share/jupyter$(if $(GIVEN),$(if $(filter Windows_NT,$(OS)),;,:)$(GIVEN))
# Settings of the user with which .venv would not work, or pip would install elsewhere.
export PIP_USER := 0
unexport PYTHONHOME PIP_TARGET PIP_PREFIX
# Whether .venv works. Its Python may be gone, or be another since an upgrade; then it is made anew.
WORKS := $(shell $(RUN) -E -c "import pip; print(1)" 2>&1 | grep -x 1)
# Dense networks gain little from a second thread, so each process of the tests has one. Three of them keep two cores
# busy: while one waits for a kernel or for the browser, another works.
ONE_THREAD := OMP_NUM_THREADS=1 TF_NUM_INTRAOP_THREADS=1 TF_NUM_INTEROP_THREADS=1
# How often `make test-long` causes each fault, and how many examples it tries.
LONG := DIGITS_KILLS=200 DIGITS_FLIPS=200 DIGITS_EXAMPLES=2000 DIGITS_AT_ONCE=8
# Notebook and grid of each sweep.
SWEEPS := variants/ten_seeds variants/training_images changes_of_b/changes_of_b curves_of_b/curves_of_b improve/improve \
	own_writing/own_writing batch_size/batch_size small_budget/small_budget grey_paper/grey_paper who_wrote_it/who_wrote_it own_digits/own_digits carry_over/carry_over \
	ladder/ladder small/small minutes/minutes

.PHONY: run test test-long lab check quick outputs pictures student class grade slides site sweep bench lint lock clean
.DEFAULT_GOAL := run
.NOTPARALLEL: # two installations into one environment at a time would spoil it

ifeq ($(WORKS)$(wildcard $(VENV)/installed),$(VENV)/installed)
.PHONY: $(VENV)/installed
CLEAR := --clear
endif

$(VENV)/installed: requirements.txt constraints.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.path.insert(0, "helpers"); sys.tracebacklimit = 0; import environment; environment.check_python()'
	@echo 'Installing into $(VENV). This takes some minutes, the last of them in silence.'
	$(PYTHON) -m venv $(CLEAR) $(VENV)
	$(RUN) -m pip install --disable-pip-version-check -r requirements.txt
	@touch $@

$(VENV)/installed-%: $(VENV)/installed
	$(RUN) -m pip install --disable-pip-version-check -c constraints.txt -e ".[$*]"
	@touch $@

run: $(VENV)/installed  ## execute every notebook; pages in build/
	$(RUN) tools/run_notebooks.py

test: $(VENV)/installed-test  ## all tests, and every notebook against its stored outputs
	$(ONE_THREAD) $(RUN) -m pytest -n 3

test-long: $(VENV)/installed-test  ## the same, with every fault caused many times
	$(ONE_THREAD) $(LONG) $(RUN) -m pytest -n 3

lab: $(VENV)/installed  ## JupyterLab, in copies of the notebooks of your own, in mine/notebooks/
	@$(if $(findstring root,$(LAB)),:,if [ "$$(id -u)" = 0 ]; then echo 'For root, JupyterLab starts with: make lab LAB=--allow-root'; fi)
	$(RUN) tools/lab.py $(LAB)

check: export JUPYTER_PATH := $(GIVEN)
check:  ## in about twenty seconds: OK, or what is wrong and how to mend it; installs nothing
	@$(if $(WORKS),$(RUN),$(PYTHON)) tools/check_environment.py

quick: $(VENV)/installed  ## every notebook with small parameters
	$(RUN) tools/run_notebooks.py --quick --out build/quick

outputs: $(VENV)/installed  ## execute the notebooks in place, to store their outputs
	$(RUN) tools/store_outputs.py

student: $(VENV)/installed  ## copies of the notebooks without solutions and outputs, in build/student/
	$(RUN) tools/copies.py student

class: $(VENV)/installed  ## build/class.zip: what to hand out, and what the teacher needs
	$(RUN) tools/classroom.py

grade: $(VENV)/installed  ## scores and wrong ideas of what was handed in: make grade FOLDER=submissions
	@[ -n "$(FOLDER)" ] || { echo 'Name the folder with what was handed in: make grade FOLDER=submissions'; exit 2; }
	$(RUN) tools/grade.py "$(FOLDER)"

slides: $(VENV)/installed-site  ## a deck of slides for each notebook, in build/slides/
	$(RUN) tools/decks.py

site: $(VENV)/installed-site  ## the course as a website, with the stored outputs, in build/site/
	$(RUN) tools/train_for_site.py
	$(RUN) -m sphinx -W --keep-going -q -c site -d build/site-cache . build/site

pictures: $(VENV)/installed-test  ## the pictures of the README; needs Chromium
	$(RUN) tools/pictures.py

sweep: $(VENV)/installed-sweep  ## the repeated trainings that the notebooks draw from, where they are missing in data/
	for name in $(SWEEPS); do \
	  $(RUN) tools/sweep.py sweeps/$${name%/*}.ipynb --grid sweeps/$${name#*/}.yml --out data/$${name#*/}.csv || exit; done

bench: $(VENV)/installed-bench  ## speed beside other libraries; the table goes to benchmarks/results.md
	$(RUN) benchmarks/run.py

lint: $(VENV)/installed-test
	$(RUN) -m ruff check
	$(RUN) -m ruff format --check

lock:  ## write constraints.txt: the newest versions that pyproject.toml allows
	$(PYTHON) -m venv build/lock
	build/lock/bin/python -m pip install --disable-pip-version-check --quiet uv
	build/lock/bin/python -m uv pip compile --universal --python-version 3.11 --extra test --upgrade --no-annotate --no-header --quiet -o constraints.txt pyproject.toml

clean:
	rm -rf $(VENV) build *.egg-info .hypothesis .pytest_cache .ruff_cache
