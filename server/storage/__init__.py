"""Tables, migrations, encryption and the audit log's rows. The only room that speaks SQL in general terms."""
