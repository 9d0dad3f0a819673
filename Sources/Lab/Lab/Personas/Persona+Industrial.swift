import Addresses
import Posture

extension Persona {
  /// A controller that says its vendor and model to anyone who asks in Modbus.
  static let modbusPLC = Persona(
    name: "plc-modbus", summary: "programmable controller, Modbus", kind: .plc,
    vendor: "TELEMECANIQUE ELECTRIQUE", mac: .init(bits: 0x0080_f411_0017), place: .lan(17),
    services: [.init(.tcp(502), .modbus, .modbus)],
    needs: .init(python: ["pymodbus"]),
    files: [
      "plc.py": #"""
      """A Modbus server with a few registers and a device identification."""
      import asyncio

      from pymodbus import ModbusDeviceIdentification
      from pymodbus.server import StartAsyncTcpServer
      from pymodbus.simulator import DataType, SimData, SimDevice

      identity = ModbusDeviceIdentification(
          info_name={
              "VendorName": "Schneider Electric",
              "ProductCode": "TM221CE24R",
              "MajorMinorRevision": "V1.6.0.1",
              "ProductName": "Modicon M221",
          }
      )
      device = SimDevice(1, simdata=[SimData(0, values=[0] * 100, datatype=DataType.REGISTERS)])
      asyncio.run(StartAsyncTcpServer(device, identity=identity, address=("0.0.0.0", 502)))

      """#
    ],
    programs: ["\"$PYTHON\" /mnt/plc.py"])

  /// A controller that speaks S7 communication.
  static let s7PLC = Persona(
    name: "plc-s7", summary: "programmable controller, S7", kind: .plc, vendor: "Siemens AG",
    mac: .init(bits: 0x001b_1b2c_0018), place: .lan(18),
    services: [.init(.tcp(102), .s7comm, .s7)],
    needs: .init(python: ["python-snap7"]),
    files: [
      "plc.py": #"""
      """An S7 server with one data block."""
      import ctypes
      import threading

      from snap7 import SrvArea
      from snap7.server import Server

      server = Server()
      server.register_area(SrvArea.DB, 1, bytearray(64))
      server.start(tcp_port=102)
      threading.Event().wait()

      """#
    ],
    programs: ["\"$PYTHON\" /mnt/plc.py"])

  /// A controller of a building's heating and air.
  static let buildingController = Persona(
    name: "building-controller", summary: "building controller, BACnet", kind: .buildingController,
    vendor: "Johnson Controls, Inc.", mac: .init(bits: 0x0010_8d40_0019), place: .lan(19),
    services: [.init(.udp(47808), .bacnet, .bacnet)],
    needs: .init(python: ["bacpypes3"]),
    files: [
      "device.py": #"""
      """A BACnet/IP device that answers Who-Is and property reads."""
      import asyncio

      from bacpypes3.app import Application
      from bacpypes3.argparse import SimpleArgumentParser
      from bacpypes3.local.device import DeviceObject
      from bacpypes3.local.networkport import NetworkPortObject
      from bacpypes3.primitivedata import ObjectType
      from bacpypes3.vendor import VendorInfo

      johnson_controls = VendorInfo(5)
      johnson_controls.register_object_class(ObjectType.device, DeviceObject)
      johnson_controls.register_object_class(ObjectType.networkPort, NetworkPortObject)


      async def main():
          arguments = SimpleArgumentParser().parse_args([
              "--name", "NAE-5510", "--instance", "77019", "--vendoridentifier", "5",
              "--address", "192.168.77.19/24",
          ])
          application = Application.from_args(arguments)
          device = application.device_object
          device.vendorIdentifier = 5
          device.vendorName = "Johnson Controls, Inc."
          device.modelName = "MS-NAE5510-2"
          device.firmwareRevision = "10.1.0.72"
          device.applicationSoftwareVersion = "10.1"
          await asyncio.Future()


      asyncio.run(main())

      """#
    ],
    programs: ["\"$PYTHON\" /mnt/device.py"])

  /// A server of production data that lets anyone in.
  static let opcUAServer = Persona(
    name: "opcua-server", summary: "industrial server, OPC UA", kind: .server,
    vendor: "Beckhoff Automation GmbH",
    mac: .init(bits: 0x0001_0533_0020), place: .lan(20),
    services: [.init(.tcp(4840), .opcUA, .opcUA)],
    needs: .init(python: ["asyncua"]),
    files: [
      "server.py": #"""
      """An OPC UA server without security and with anonymous sessions."""
      import asyncio

      from asyncua import Server, ua


      async def main():
          server = Server()
          await server.init()
          server.set_endpoint("opc.tcp://0.0.0.0:4840")
          server.set_server_name("TcOpcUaServer@CX-330020")
          server.set_security_policy([ua.SecurityPolicyType.NoSecurity])
          async with server:
              await asyncio.Future()


      asyncio.run(main())

      """#
    ],
    programs: ["\"$PYTHON\" /mnt/server.py"])
}
