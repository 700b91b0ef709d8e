"""Rules of mediation (人民调解): what may follow on what, who may have a case, when something is due. Statutes: law.md."""
