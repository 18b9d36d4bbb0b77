"""The agent as a service of its machine: started with it, and again when it fails.

What a service manager is told is text, made purely (`unit`, `task`); what runs the
manager's own command is small (`systemd`, `scheduler`). Which of them is used,
`managers` decides.
"""
