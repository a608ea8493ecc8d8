"""The partner station: raw text, known identifiers and the map pseudonym ↔ original stay here, at the submitter."""
