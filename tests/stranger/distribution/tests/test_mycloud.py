"""The laws that hold for every platform, for this one."""

from fcbridge_mycloud import PLATFORM

from fcbridge.testing.laws import laws_of

TestMyCloud = laws_of(PLATFORM)
