// Applies the chosen theme before the first paint. A file of its own, since the policy allows no inline script.
;(() => {
  let theme = 'system'
  try {
    theme = localStorage.getItem('momentum.theme') || theme
  } catch {}
  if (theme !== 'system') document.documentElement.dataset.theme = theme
})()
