/** What `python -V` prints. */
export const VERSION_NUMBER = "3.11.7"
export const HEXVERSION = 0x030b07f0
/** sys.version. */
export const VERSION = "3.11.7 (moult, Dec  4 2023, 00:00:00) [TypeScript]"
export const COPYRIGHT =
  "Copyright (c) 2001-2023 Python Software Foundation.\nAll Rights Reserved.\n\nCopyright (c) 2000 BeOpen.com.\nAll Rights Reserved.\n\n" +
  "Copyright (c) 1995-2001 Corporation for National Research Initiatives.\nAll Rights Reserved.\n\nCopyright (c) 1991-1995 Stichting Mathematisch Centrum, Amsterdam.\nAll Rights Reserved."
