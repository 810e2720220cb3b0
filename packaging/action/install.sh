#!/usr/bin/env bash
# Installs Handbill for the next steps of a job: a wheel in a virtual environment of its own, on the PATH of the runner.
# action.yml calls it on GitHub and on Forgejo; no compiler and no root are needed. It reads
#
#     HANDBILL_VERSION     a version, or nothing for the newest
#     HANDBILL_WHEELS      a folder with wheels that is used instead of PyPI, or nothing
#     RUNNER_TEMP          where the environment goes
#     GITHUB_PATH          the file that adds folders to the PATH of later steps

set -euo pipefail

python=$(command -v python3 || command -v python) || {
  echo "error: there is no Python on this runner; actions/setup-python installs one" >&2
  exit 1
}
venv="$RUNNER_TEMP/handbill"
wanted="handbill${HANDBILL_VERSION:+==$HANDBILL_VERSION}"
source=()
if [ -n "${HANDBILL_WHEELS:-}" ]; then source=(--no-index --find-links "$HANDBILL_WHEELS"); fi

"$python" -m venv "$venv"
scripts="$venv/bin"
if [ -d "$venv/Scripts" ]; then scripts="$venv/Scripts"; fi
"$scripts/python" -m pip install --quiet --disable-pip-version-check --only-binary :all: \
  "${source[@]+"${source[@]}"}" "$wanted"
echo "$scripts" >> "$GITHUB_PATH"
"$scripts/handbill" --version
