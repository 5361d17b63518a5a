#!/usr/bin/env node
// Committed, unlike dist, so that npm finds a file to link before anything is built.
import '../dist/bin.js'
