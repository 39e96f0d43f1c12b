/** The texts that nothing shown at first says, in German: in one file, since they are always loaded together. */
import dialogs from './de.dialogs'
import problems from './de.problems'
import sharing from './de.sharing'

export default { ...dialogs, ...problems, ...sharing }
