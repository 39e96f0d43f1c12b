import { DropdownMenu } from 'radix-ui'
import { Icon, type IconName } from './icon'

/** A line of a menu. */
export interface MenuLine {
  icon: IconName
  text: string
  run: () => void
}

/** A button that opens a menu. Not modal: locking the page would need styles that our policy forbids. */
export default function Menu({ label, items }: { label: string; items: MenuLine[] }) {
  return (
    <DropdownMenu.Root modal={false}>
      <DropdownMenu.Trigger
        aria-label={label}
        title={label}
        className="inline-flex size-11 items-center justify-center rounded-full text-muted transition-colors hover:bg-sunken hover:text-ink data-[state=open]:bg-sunken"
      >
        <Icon name="more" />
      </DropdownMenu.Trigger>
      <DropdownMenu.Portal>
        <DropdownMenu.Content
          align="end"
          sideOffset={6}
          className="rise z-30 min-w-52 rounded-2xl border border-line bg-surface p-1.5 shadow-high"
        >
          {items.map(({ icon, text, run }) => (
            <DropdownMenu.Item
              key={text}
              onSelect={run}
              className="flex min-h-11 items-center gap-3 rounded-xl px-3 text-[0.9375rem] outline-none data-[highlighted]:bg-sunken"
            >
              <Icon name={icon} className="size-[1.15rem]" />
              {text}
            </DropdownMenu.Item>
          ))}
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  )
}
