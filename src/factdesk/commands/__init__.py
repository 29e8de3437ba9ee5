"""The commands: call one function below, print what it returns, return the exit code."""
