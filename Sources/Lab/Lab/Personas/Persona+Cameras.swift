import Addresses
import Posture

extension Persona {
  /// A camera with an RTSP stream and a page behind a password.
  static let camera = Persona(
    name: "camera", summary: "IP camera, RTSP and web", kind: .camera,
    vendor: "Hangzhou Hikvision Digital Technology Co.,Ltd.", mac: .init(bits: 0x4419_b60d_0012),
    place: .lan(12),
    services: [.init(.tcp(80), .http, .http), .init(.tcp(554), .rtsp, .rtsp("/Streaming/Channels/101"))],
    needs: .init(debian: [
      "gir1.2-gst-rtsp-server-1.0", "gstreamer1.0-plugins-base", "gstreamer1.0-plugins-good", "lighttpd",
      "python3-gi",
    ]),
    files: [
      "stream.py": #"""
      """Serves one live test picture at rtsp://ADDRESS/Streaming/Channels/101."""
      import gi

      gi.require_version("Gst", "1.0")
      gi.require_version("GstRtspServer", "1.0")
      from gi.repository import GLib, Gst, GstRtspServer

      Gst.init(None)
      server = GstRtspServer.RTSPServer()
      server.set_address("0.0.0.0")
      server.set_service("554")
      factory = GstRtspServer.RTSPMediaFactory()
      factory.set_launch(
          "( videotestsrc is-live=true ! video/x-raw,format=I420,width=320,height=240,framerate=5/1"
          " ! jpegenc ! rtpjpegpay name=pay0 pt=26 )"
      )
      factory.set_shared(True)
      server.get_mount_points().add_factory("/Streaming/Channels/101", factory)
      if server.attach(None) == 0:
          raise SystemExit("cannot listen on port 554")
      GLib.MainLoop().run()

      """#,
      "lighttpd.conf": webServer(tag: "App-webs/", realm: "IP Camera(C6N)"),
      "www/index.html": page("IP Camera"),
      "users": "admin:password-of-the-lab\n",
    ],
    programs: ["/usr/bin/python3 /mnt/stream.py", "lighttpd -D -f /mnt/lighttpd.conf"])

  /// A camera that speaks ONVIF and answers WS-Discovery.
  static let onvifCamera = Persona(
    name: "onvif-camera", summary: "ONVIF camera", kind: .camera, vendor: "AXIS COMMUNICATIONS AB",
    mac: .init(bits: 0x0040_8c1f_0013), place: .lan(13),
    services: [.init(.udp(3702), .wsDiscovery, .wsDiscovery), .init(.tcp(8080), .http, .http)],
    needs: .init(python: ["ipycam"]),
    files: [
      "camera.py": #"""
      """An ONVIF camera that sends the same grey picture once a second."""
      import time

      import numpy
      from ipycam import CameraConfig, IPCamera

      camera = IPCamera(
          CameraConfig(
              name="AXIS M1065-L", manufacturer="AXIS", model="M1065-L", serial_number="00408C1F0013",
              firmware_version="9.80.3.11", local_ip="192.168.77.13", main_width=320, main_height=240,
              main_fps=1, sub_width=160, sub_height=120, sub_fps=1, show_timestamp=False,
          )
      )
      if not camera.start():
          raise SystemExit("the camera does not start")
      picture = numpy.full((240, 320, 3), 128, numpy.uint8)
      while True:
          camera.stream(picture)
          time.sleep(1)

      """#
    ],
    programs: ["\"$PYTHON\" /mnt/camera.py"])
}
