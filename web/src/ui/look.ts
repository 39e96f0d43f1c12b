/** How an input looks. */
export const inputLook =
  'w-full min-h-11 rounded-xl border border-line bg-surface px-3.5 py-2 text-base text-ink placeholder:text-muted transition-colors hover:border-line-strong aria-invalid:border-danger'
