import { serve } from '../../sqlite-worker/serve.ts';
import { busProcedures } from './procedures.ts';

serve('bus', busProcedures);
