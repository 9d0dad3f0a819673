import CMosquitto

extension MQTTReason {
  package var description: String {
    String(cString: mosquitto_reason_string(CInt(code))) + " (0x" + String(code, radix: 16) + ")"
  }
}
