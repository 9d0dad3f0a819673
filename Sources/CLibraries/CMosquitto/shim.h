#pragma once
/* libmosquitto: apt-get install libmosquitto-dev */
#include <mosquitto.h>
#include <mqtt_protocol.h> /* reason codes and property identifiers of MQTT 5 */
