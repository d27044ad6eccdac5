#!/usr/bin/env node
// Stands in for Prisma's schema engine, which its command line would download. `prisma generate` never runs it.
process.exit(1);
