import { hashModule } from "./hash/module.ts"
import { hashType } from "./hash/object.ts"

// Modules/sha1module.c

hashModule("_sha1", [["sha1", "SHA1Type", hashType("_sha1.sha1")]])
