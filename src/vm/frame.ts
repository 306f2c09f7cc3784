// Python/frame.c lives on the objects floor, because generators and frame objects hold interpreter frames; the virtual machine sees it here.
export * from "../objects/frame.ts"
