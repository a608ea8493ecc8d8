"""The network service: pseudonymised cases, circles, sessions, outcomes, bottlenecks, agreements and the audit log."""
