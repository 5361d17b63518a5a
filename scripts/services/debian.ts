import { execFileSync } from 'node:child_process'
import { existsSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const policy = '/usr/sbin/policy-rc.d'

/** A program and the Debian package that brings it. */
export interface Program {
  readonly debianPackage: string
  /** Its path, or undefined while it is not installed. */
  find(): string | undefined
}

/** A program of Postgres 15 or newer: the newest that is installed. */
export function postgresProgram(name: string): Program {
  const versions = '/usr/lib/postgresql'
  return {
    debianPackage: 'postgresql-15',
    find: () => {
      const installed = existsSync(versions) ? readdirSync(versions).map(Number) : []
      const usable = installed.filter((version) => version >= 15).sort((a, b) => b - a)
      return usable.map((version) => join(versions, String(version), 'bin', name)).find((path) => existsSync(path))
    },
  }
}

export function systemProgram(debianPackage: string, path: string): Program {
  return { debianPackage, find: () => (existsSync(path) ? path : undefined) }
}

/** The path of a program that has been installed. */
export function pathOf(program: Program): string {
  const path = program.find()
  if (path === undefined) throw new Error(`${program.debianPackage} is not installed`)
  return path
}

/**
 * Installs the packages of the programs that are missing, if any. The servers that the packages would start by themselves are not started.
 *
 * @throws when something is missing and the user is not root.
 */
export function installMissing(programs: readonly Program[]): void {
  const missing = [...new Set(programs.filter((program) => program.find() === undefined).map(({ debianPackage }) => debianPackage))]
  if (missing.length === 0) return
  if (process.getuid?.() !== 0) throw new Error(`Install ${missing.join(', ')} first, or run this as root.`)
  console.log(`Installing ${missing.join(', ')}.`)
  const hadPolicy = existsSync(policy)
  if (!hadPolicy) writeFileSync(policy, '#!/bin/sh\nexit 101\n', { mode: 0o755 })
  try {
    apt('update', '-qq')
    apt('install', '-qq', '-y', '--no-install-recommends', ...missing)
  } finally {
    if (!hadPolicy) rmSync(policy)
  }
}

function apt(...args: readonly string[]): void {
  execFileSync('apt-get', args, { stdio: ['ignore', 'ignore', 'inherit'], env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' } })
}
