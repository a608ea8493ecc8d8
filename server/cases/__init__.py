"""Submission, release, withdrawal, and the gate through which every case is reached."""
