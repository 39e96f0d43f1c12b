/** How a form that is sent at once ends: with what is wrong as a whole, and its button. */
import { Button } from '~/ui/button'

interface Props {
  wrong: string | undefined
  /** There is nothing to send, or it is on its way. */
  isOff: boolean
  name: string
}

export function Submit({ wrong, isOff, name }: Props) {
  return (
    <>
      {wrong && (
        <p role="alert" className="text-danger text-sm">
          {wrong}
        </p>
      )}
      <Button type="submit" look="quiet" size="small" className="self-start" aria-disabled={isOff}>
        {name}
      </Button>
    </>
  )
}
