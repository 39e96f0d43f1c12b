/** Icons, drawn here: 24 by 24, in the colour of the text around them. */
const PATHS = {
  today:
    'M8 3v3m8-3v3M4 9.5h16M6 4.5h12a2 2 0 0 1 2 2v12a2 2 0 0 1-2 2H6a2 2 0 0 1-2-2v-12a2 2 0 0 1 2-2Zm6 8v4m-2-2h4',
  goals: 'M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18Zm0-4.5a4.5 4.5 0 1 0 0-9 4.5 4.5 0 0 0 0 9Zm0-4.4v-.2',
  history: 'M3.5 12a8.5 8.5 0 1 0 2.6-6.1M3.5 4v4.5H8M12 7.5V12l3 2',
  settings:
    'M4 7h9m5 0h2M4 17h2m5 0h9M15.5 9.5a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5Zm-7 10a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5Z',
  plus: 'M12 5v14M5 12h14',
  check: 'm5 12.5 4.5 4.5L19 7.5',
  left: 'm14.5 5-7 7 7 7',
  right: 'm9.5 5 7 7-7 7',
  down: 'm5 9.5 7 7 7-7',
  close: 'm6 6 12 12M18 6 6 18',
  more: 'M6 12h.01M12 12h.01M18 12h.01',
  edit: 'm4 20 .8-4L16 4.8a1.7 1.7 0 0 1 2.4 0l.8.8a1.7 1.7 0 0 1 0 2.4L8 19.2 4 20Zm10-13 3 3',
  undo: 'M4 9h10.5a5.5 5.5 0 0 1 0 11H9M8 4.5 3.5 9 8 13.5',
  cloud: 'M7 18.5a4 4 0 0 1-.6-7.95 5.8 5.8 0 0 1 11.1-1.1A4.6 4.6 0 0 1 17 18.5H7Z',
  offline:
    'M7 18.5a4 4 0 0 1-.6-7.95c.2-.8.5-1.5.9-2.15M10 5.4a5.8 5.8 0 0 1 7.5 4.05 4.6 4.6 0 0 1 2.6 7.4M4 3.5l16 17',
  alert: 'M12 8v5m0 3.2v.1M12 3.5 2.8 19.5h18.4L12 3.5Z',
  table: 'M4 5h16v14H4V5Zm0 4.7h16M4 14.3h16M10 9.7V19',
  eye: 'M2.5 12S6 5.5 12 5.5 21.5 12 21.5 12 18 18.5 12 18.5 2.5 12 2.5 12Zm9.5 2.8a2.8 2.8 0 1 0 0-5.6 2.8 2.8 0 0 0 0 5.6Z',
  filter: 'M4 6h16M7 12h10m-7 6h4',
  trash: 'M4.5 7h15M10 4h4m-7.5 3 .8 12.5h9.4L17.5 7M10 10.5v5.5m4-5.5v5.5',
  keyboard: 'M3 7h18v10H3V7Zm4 3.4h.01m3.3 0h.01m3.3 0h.01m3.3 0H17M8 13.8h8',
  weeks: 'M5 20v-6m4.7 6V9m4.6 11v-8M19 20V5',
  flame:
    'M12 21c-3.7 0-6.2-2.5-6.2-5.8 0-2.5 1.4-4.1 2.9-5.8C10 7.9 11 6.3 11 3.5c3.6 1.6 7.2 5.5 7.2 10.9 0 4-2.5 6.6-6.2 6.6Z',
  pause: 'M8.5 6v12m7-12v12',
  play: 'M8 5.5v13L18.5 12 8 5.5Z',
  clock: 'M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18Zm0-14v5l3 2',
  download: 'M12 4v11m-4.5-4.5L12 15l4.5-4.5M5 19.5h14',
} as const

export type IconName = keyof typeof PATHS

/** An icon. What it stands for is said by whatever it stands in. */
export function Icon({ name, className = 'size-5' }: { name: IconName; className?: string }) {
  return (
    <svg
      viewBox="0 0 24 24"
      fill="none"
      stroke="currentColor"
      strokeWidth={name === 'more' ? 2.6 : 1.7}
      strokeLinecap="round"
      strokeLinejoin="round"
      className={className}
      aria-hidden="true"
    >
      <path d={PATHS[name]} />
    </svg>
  )
}

/** The mark: steps that rise. */
export function Mark({ className = 'size-7' }: { className?: string }) {
  return (
    <svg viewBox="0 0 32 32" className={className} aria-hidden="true">
      <rect width="32" height="32" rx="9" className="fill-accent" />
      <path
        d="M8 21.5v-3M13.3 21.5v-6M18.7 21.5v-5M24 21.5v-11"
        className="stroke-accent-ink"
        strokeWidth="3.2"
        strokeLinecap="round"
      />
    </svg>
  )
}
