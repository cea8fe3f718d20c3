# Versions of Python without support, which applications of some years ago still ask for. Made as in python.sh; a file
# of its own, so that the images of current versions stay as they are. Without setuptools, which the official one has.

python_3_10=3.10.8-1.5.8

image python:3.10-slim debian:trixie-slim python_slim 3.10
also python:3.10-slim python:3.10-slim-trixie
