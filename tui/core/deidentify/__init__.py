"""De-identification after PS3.15 Annex E: table, rules, UIDs, dates, report."""
