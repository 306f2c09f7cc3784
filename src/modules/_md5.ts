import { hashModule } from "./hash/module.ts"
import { hashType } from "./hash/object.ts"

// Modules/md5module.c

hashModule("_md5", [["md5", "MD5Type", hashType("_md5.md5")]])
