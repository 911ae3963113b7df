// Does nothing but link Foundation: the yardstick for the time that pipeloom takes to start.
import Foundation

_ = ProcessInfo.processInfo
