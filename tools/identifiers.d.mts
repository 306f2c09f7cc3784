import type { Plugin } from "esbuild"
export function withIdentifiers(file: string, text: string): string
export function identifiers(srcRoot: string): Plugin
