import type { ComponentProps } from 'react'
import { cx } from '~/lib/cx'
import { Icon, type IconName } from './icon'

const LOOKS = {
  primary: 'bg-accent text-accent-ink hover:bg-accent-strong',
  quiet: 'bg-sunken text-ink hover:bg-line',
  outline: 'border border-line bg-surface text-ink hover:border-line-strong',
  ghost: 'text-muted hover:bg-sunken hover:text-ink',
  danger: 'bg-danger-soft text-danger hover:brightness-95',
}

interface Looks {
  look?: keyof typeof LOOKS
  size?: 'small' | 'normal'
}

/** How something that acts looks, be it a button or a link. */
export function buttonLook({ look = 'primary', size = 'normal' }: Looks = {}): string {
  return cx(
    'inline-flex shrink-0 select-none items-center justify-center gap-2 whitespace-nowrap rounded-full font-semibold transition active:scale-[0.97]',
    'disabled:pointer-events-none disabled:opacity-50 aria-disabled:opacity-50',
    size === 'small' ? 'min-h-9 px-3.5 text-sm pointer-coarse:min-h-11' : 'min-h-11 px-5 text-[0.9375rem]',
    LOOKS[look],
  )
}

/** What `aria-disabled` cannot be pressed either, and keeps the focus, which what is `disabled` loses. */
function Pressed({ onClick, ...rest }: ComponentProps<'button'>) {
  const isOff = rest['aria-disabled']
  return <button type="button" {...rest} onClick={isOff ? (event) => event.preventDefault() : onClick} />
}

/** A button. */
export function Button({ look, size, className, ...rest }: ComponentProps<'button'> & Looks) {
  return <Pressed className={cx(buttonLook({ look, size }), className)} {...rest} />
}

/** A button that is only an icon, with its name for those who do not see it. */
export function IconButton({
  icon,
  label,
  className,
  ...rest
}: ComponentProps<'button'> & { icon: IconName; label: string }) {
  return (
    <Pressed
      aria-label={label}
      title={label}
      className={cx(
        'inline-flex size-11 shrink-0 items-center justify-center rounded-full text-muted transition-colors hover:bg-sunken hover:text-ink disabled:pointer-events-none disabled:opacity-35 aria-disabled:opacity-35',
        className,
      )}
      {...rest}
    >
      <Icon name={icon} />
    </Pressed>
  )
}
