"""What operators need: the demo, runs of flows, the Prefect server, the doctor."""
