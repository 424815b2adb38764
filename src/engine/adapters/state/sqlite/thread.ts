import { serve } from '../../sqlite-worker/serve.ts';
import { stateProcedures } from './procedures.ts';

serve('store', stateProcedures);
