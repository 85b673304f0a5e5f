import { type KeywordWords, list } from './words.ts';

export const spanish: KeywordWords = {
  firm: list(
    `stop, parar, paren, parad, detener, detengan, deténganse, detente, dar de baja, darme de baja, darse de baja, de baja,
    denme de baja, dame de baja, desuscribir, desuscribirme, desuscribirse, desuscribe, desuscripción, desinscribir,
    anular suscripción, cancelar suscripción, revocar, revoco, revoque, dejar de recibir, cesar`,
  ),
  likely: list(
    `alto, baja, basta, cancelar, cancela, cancele, cancelen, cancelo, anular, anula, terminar, termina, finalizar, salir,
    eliminar, elimina, eliminen, borrar, borra, borren, renunciar, renuncio, quitar, quiten`,
  ),
  bare: list('fin, para, pare, ya, fuera'),
  demands: list(
    `denme de baja, dame de baja, darme de baja, deme de baja, no más mensajes, no mas sms, no más sms, no más publicidad,
    no quiero más, no quiero recibir, no quiero mensajes, no deseo recibir, no deseo más, no me envíen, no me envie,
    no me manden, no me escriban, no me contacten, dejen de enviar, deje de enviar, dejen de mandar, dejen de escribir,
    déjenme en paz, dejadme en paz, bórrenme, quítenme, elimínenme, borren mi número, eliminen mi número,
    retiro mi consentimiento, revoco mi consentimiento`,
  ),
  starts: list('start, iniciar, inicio, empezar, comenzar, alta, reanudar, suscribir, suscribirme'),
  helps: list('ayuda, info, información, ayúdame, ayudar'),
  negations: list('nunca, jamás, no quiero, no deseo, tampoco, sin'),
  polite: list(
    `por favor, porfavor, porfa, gracias, muchas gracias, hola, buenos días, buenas tardes, buenas, saludos, un saludo,
    disculpe, perdón, amablemente, ok, vale`,
  ),
  around: list(
    `yo, me, mi, mis, ustedes, usted, tu, su, sus, el, la, los, las, lo, un, una, este, esta, esto, estos, estas, eso, todo,
    todos, todas, de, del, a, al, con, por, y, o, ahora, mismo, hoy, inmediatamente, siempre, más, mas, ya, solo,
    quiero, quisiera, deseo, puedo, pueden, puede, necesito, cómo, como, que, sms, mensaje, mensajes, texto, textos,
    publicidad, boletín, boletines, lista, consentimiento, suscripción, enviar, envíen, envío, recibir, mandar, no, sí,
    número, teléfono, spam, favor`,
  ),
};
