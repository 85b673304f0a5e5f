import type { Messages } from '../messages.ts';

export const es: Messages = {
  page: {
    title: 'Lo que podemos contarle',
    intro:
      'Active lo que quiera recibir y elija por qué medio. Desactive lo que no quiera. Cuenta desde ese mismo momento.',
    yours: 'Sus datos: {list}',
    by: '{topic} por {channel}',
    everyChannel: 'Permitido',
    save: 'Guardar',
    saving: 'Guardando…',
    stopAll: 'Detenerlo todo',
    stopBrand: 'Detener todo lo de {brand}',
    stopped: 'Todo está detenido.',
    interests: 'Sus intereses',
    last: 'Último cambio, el {date}: {source}.',
    history: 'Su historial',
    notice: 'Qué está aceptando',
    language: 'Idioma',
    help: 'Ayuda',
    skip: 'Ir a sus opciones',
    undo: 'Deshacer',
    retry: 'Intentar de nuevo',
    offline: 'No hay conexión. Aún no se ha guardado nada; su elección se conserva aquí.',
    failed: 'No ha funcionado y no se ha cambiado nada. Inténtelo de nuevo.',
    invalid: 'Este enlace ya no funciona.',
    saved: {
      one: 'Guardado: {count} cambio.',
      many: 'Guardado: {count} de cambios.',
      other: 'Guardado: {count} cambios.',
    },
    savedOne: 'Guardado: {what}.',
    on: '{what}: activado',
    off: '{what}: desactivado',
    unchanged: 'No había nada que cambiar.',
    asked: {
      one: 'Una de sus opciones se detuvo en otro lugar después de que abriera esta página. Seguirá desactivada hasta que la active de nuevo.',
      many: '{count} de sus opciones se detuvieron en otro lugar después de que abriera esta página. Seguirán desactivadas hasta que las active de nuevo.',
      other:
        '{count} de sus opciones se detuvieron en otro lugar después de que abriera esta página. Seguirán desactivadas hasta que las active de nuevo.',
    },
    stoppedSince:
      'Se detuvo el {date} ({source}), después de que abriera esta página. Actívelo de nuevo si lo desea.',
    stoppedBy: 'Se detuvo el {date}: {source}.',
    awaiting: 'Aún no está activo: abra el mensaje que le enviamos y confírmelo antes del {date}.',
    runsOut: 'Hasta el {date}.',
    signalHonoured:
      'Su navegador envía una señal de exclusión (Global Privacy Control). La hemos respetado: {topics}.',
    signalOverruled:
      'Su navegador envía una señal de exclusión (Global Privacy Control). Después ha permitido aquí: {topics}.',
    alsoUnsaved: 'Sus otros cambios en esta página no se han guardado.',
  },
  history: {
    intro: 'Todo lo que se ha dicho sobre sus preferencias, primero lo más reciente.',
    back: 'Volver a sus preferencias',
    older: 'Anteriores',
    asPage: 'Descargar para leer',
    asData: 'Descargar como datos (JSON)',
    empty: 'Todavía no hay nada registrado.',
    shown: 'Texto mostrado entonces: {notice}',
  },
  channels: { email: 'Correo electrónico', sms: 'SMS', phone: 'Teléfono', push: 'Aplicación', post: 'Carta' },
  byChannel: {
    email: 'correo electrónico',
    sms: 'SMS',
    phone: 'teléfono',
    push: 'notificación de la aplicación',
    post: 'carta',
  },
  identifiers: { email: 'Correo electrónico', phone: 'Teléfono' },
  unsubscribe: {
    title: '¿Dejar de recibir «{topic}» por {channel}?',
    text: '{brand} ya no se pondrá en contacto por {channel} para esto. Todo lo demás queda como está.',
    button: 'Cancelar la suscripción',
    doneTitle: 'Suscripción cancelada',
    done: '{brand} ya no se pondrá en contacto por {channel} acerca de «{topic}». Un mensaje que ya esté en camino todavía puede llegar.',
    back: '¿Ha sido un error? Abra el enlace a sus preferencias en uno de nuestros mensajes y vuelva a activarlo.',
  },
  component: {
    loading: 'Cargando sus preferencias…',
    offline: 'No hay conexión: no se pueden mostrar sus preferencias.',
  },
  kept: {
    title: 'El texto que se mostró',
    version: 'Conservado como {name}.',
    proof: 'SHA-256 de exactamente este texto:',
    alone: 'Solo el texto',
  },
  deadLink: {
    title: 'Este enlace no funciona',
    invalid:
      'Puede que falte una parte: copie el enlace completo del mensaje o ábralo desde allí. No se ha cambiado nada.',
    expired: 'Es demasiado antiguo. No se ha cambiado nada. Utilice el enlace de un mensaje más reciente.',
  },
  failed: {
    title: 'Algo ha fallado por nuestra parte',
    text: 'No se ha perdido nada de lo que ve. Inténtelo de nuevo dentro de un momento.',
  },
};
