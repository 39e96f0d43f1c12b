import {
  type ComponentProps,
  type ReactNode,
  type RefObject,
  useEffect,
  useId,
  useRef,
  useState,
} from 'react'
import { useText } from '~/i18n'
import { cx } from '~/lib/cx'
import { IconButton } from './button'
import { Icon } from './icon'
import { inputLook } from './look'

interface FieldProps {
  label: string
  hint?: string | undefined
  error?: string | undefined
  optional?: boolean
  className?: string | undefined
}

/** A label, what it labels, and what is wrong with it. */
function Field({
  label,
  hint,
  error,
  optional,
  className,
  children,
}: FieldProps & {
  children: (ids: { id: string; 'aria-describedby'?: string; 'aria-invalid'?: true }) => ReactNode
}) {
  const t = useText()
  const id = useId()
  const described = error ? `${id}-error` : hint ? `${id}-hint` : undefined
  return (
    <div className={cx('flex flex-col gap-1.5', className)}>
      <label htmlFor={id} className="font-medium text-sm">
        {label}
        {optional && <span className="font-normal text-muted"> · {t('app.optional')}</span>}
      </label>
      {children({
        id,
        ...(described && { 'aria-describedby': described }),
        ...(error && { 'aria-invalid': true }),
      })}
      {error ? (
        <p id={`${id}-error`} role="alert" className="text-danger text-sm">
          {error}
        </p>
      ) : (
        hint && (
          <p id={`${id}-hint`} className="text-muted text-sm">
            {hint}
          </p>
        )
      )}
    </div>
  )
}

type Without<T> = Omit<T, 'id' | 'className'>

/** A line of text. */
export function TextField({
  label,
  hint,
  error,
  optional,
  className,
  ...input
}: FieldProps & Without<ComponentProps<'input'>>) {
  return (
    <Field {...{ label, hint, error, optional, className }}>
      {(ids) => <input dir="auto" {...ids} {...input} className={inputLook} />}
    </Field>
  )
}

/** Several lines of text. */
export function TextArea({
  label,
  hint,
  error,
  optional,
  className,
  ...area
}: FieldProps & Without<ComponentProps<'textarea'>>) {
  return (
    <Field {...{ label, hint, error, optional, className }}>
      {(ids) => (
        <textarea
          dir="auto"
          {...ids}
          rows={3}
          {...area}
          className={cx(inputLook, 'field-sizing-content max-h-60 resize-none')}
        />
      )}
    </Field>
  )
}

/** One of several. */
export function Select({
  label,
  hint,
  error,
  optional,
  className,
  ...select
}: FieldProps & Without<ComponentProps<'select'>>) {
  return (
    <Field {...{ label, hint, error, optional, className }}>
      {(ids) => (
        <div className="relative">
          <select {...ids} {...select} className={cx(inputLook, 'appearance-none text-ellipsis pr-10')} />
          <Icon
            name="down"
            className="pointer-events-none absolute top-1/2 right-3.5 size-4 -translate-y-1/2 text-muted"
          />
        </div>
      )}
    </Field>
  )
}

/** A password, which can be looked at. */
export function PasswordField({
  label,
  hint,
  error,
  ...input
}: FieldProps & Without<ComponentProps<'input'>>) {
  const t = useText()
  const [shown, setShown] = useState(false)
  return (
    <Field {...{ label, hint, error }}>
      {(ids) => (
        <div className="relative">
          <input {...ids} {...input} type={shown ? 'text' : 'password'} className={cx(inputLook, 'pr-12')} />
          <IconButton
            icon="eye"
            label={t(shown ? 'account.hidePassword' : 'account.showPassword')}
            aria-pressed={shown}
            onClick={() => setShown(!shown)}
            className="absolute top-0 right-0"
          />
        </div>
      )}
    </Field>
  )
}

/** For a form: each time that it is refused, the focus goes to the first field that is wrong. */
export function useFocusWrong(refused: unknown): RefObject<HTMLFormElement | null> {
  const form = useRef<HTMLFormElement>(null)
  useEffect(() => {
    if (refused) form.current?.querySelector<HTMLElement>('[aria-invalid]')?.focus()
  }, [refused])
  return form
}
