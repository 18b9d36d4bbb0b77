"""The scheduled task of Windows that starts an agent with the machine. Pure.

Schema: https://learn.microsoft.com/windows/win32/taskschd/task-scheduler-schema.
"""

from subprocess import list2cmdline
from xml.sax.saxutils import escape

from venvoy.agent.service.order import Order

NAME = "Venvoy agent"
SYSTEM = "S-1-5-18"
"""The system's own account."""
_RESTARTS = 999


def render(order: Order) -> str:
    """Return the task's definition, to be written as UTF-16.

    A task of a named user has no password in it (S4U): it reaches no network share.
    """
    program, *arguments = order.command
    return f"""<?xml version="1.0" encoding="UTF-16"?>
<Task version="1.2" xmlns="http://schemas.microsoft.com/windows/2004/02/mit/task">
  <RegistrationInfo><Description>Venvoy agent</Description></RegistrationInfo>
  <Triggers><BootTrigger><Enabled>true</Enabled></BootTrigger></Triggers>
  <Principals><Principal id="agent">{_principal(order.user)}</Principal></Principals>
  <Settings>
    <MultipleInstancesPolicy>IgnoreNew</MultipleInstancesPolicy>
    <DisallowStartIfOnBatteries>false</DisallowStartIfOnBatteries>
    <StopIfGoingOnBatteries>false</StopIfGoingOnBatteries>
    <StartWhenAvailable>true</StartWhenAvailable>
    <ExecutionTimeLimit>PT0S</ExecutionTimeLimit>
    <RestartOnFailure><Interval>PT1M</Interval><Count>{_RESTARTS}</Count></RestartOnFailure>
    <Enabled>true</Enabled>
  </Settings>
  <Actions Context="agent">
    <Exec>
      <Command>{escape(program)}</Command>
      <Arguments>{escape(list2cmdline(arguments))}</Arguments>
    </Exec>
  </Actions>
</Task>
"""


def _principal(user: str | None) -> str:
    if user is None:
        return f"<UserId>{SYSTEM}</UserId><RunLevel>HighestAvailable</RunLevel>"
    return f"<UserId>{escape(user)}</UserId><LogonType>S4U</LogonType>"
