// MQTTClient keeps one MQTT 5 session over libmosquitto, driven by the caller's poll loop.
//
// It is the only room that imports CMosquitto; no pointer of C leaves it. Of COpenSSL it uses what makes
// a TLS context, because libmosquitto takes one.
