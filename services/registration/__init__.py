"""Registration (klaster 1): tickets, patients, visits, and where every patient is."""
