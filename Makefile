# Thin: every target is an npm script or a file of the same name, so that both ways do the same.
STACK ?= dev
node := node_modules/.bin/node
script := npm run --silent

.DEFAULT_GOAL := help
.PHONY: help setup up preview refresh cancel outputs status dag stop down test lint golden docs bench

help: ## this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-8s  %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

# Any Node.js may install, since the packages bring the one that runs everything here. Pulumi takes the one on the PATH,
# and for Pulumi's sake .npmrc is strict.
node_modules/.package-lock.json: package-lock.json package.json .npmrc
	npm ci --loglevel=error --no-engine-strict
	@touch $@

setup: node_modules/.package-lock.json ## install and build everything that the rehearsal needs
	@$(node) rehearsal/cli.ts setup

up: setup ## the platform on this machine: start it, or bring it up to date
	@$(node) rehearsal/cli.ts up --stack $(STACK)

preview: setup ## what `make up` would change
	@$(node) rehearsal/cli.ts preview --stack $(STACK)

refresh: setup ## bring the state to what is in the cluster
	@$(node) rehearsal/cli.ts refresh --stack $(STACK)

cancel: node_modules/.package-lock.json ## free the stack after a run that was killed
	@$(node) rehearsal/cli.ts cancel --stack $(STACK)

outputs: setup ## what the stack gives to other stacks
	@$(node) rehearsal/cli.ts outputs --stack $(STACK)

status: node_modules/.package-lock.json ## what runs, and where to look
	@$(node) rehearsal/cli.ts status

dag: node_modules/.package-lock.json ## run a DAG and follow it to its end: make dag DAG=values
	@$(node) rehearsal/dag/main.ts $(DAG) $(if $(PERSONA),--as $(PERSONA))

stop: node_modules/.package-lock.json ## end the processes and keep the data
	@$(node) rehearsal/cli.ts stop

down: node_modules/.package-lock.json ## delete the stack's resources, then end the processes
	@$(node) rehearsal/cli.ts down --stack $(STACK)

test: setup ## lint, then every test
	@$(script) test

lint: node_modules/.package-lock.json ## style, one-way imports, types
	@$(script) lint

docs: setup ## write what is made of the program again: tables, and the schema for editors
	@$(script) docs

golden: setup ## write the golden graphs again, for review
	@$(script) golden

bench: setup ## measure what the README promises
	@$(script) bench
