import { render } from 'preact'
import { App } from './app.tsx'
import './base.css'
import './dashboard.css'
import './charts.css'
// Last, because what depends on the screen overrules the rest.
import './screens.css'

const place = document.getElementById('page')
if (place) render(<App />, place)
