"""Foundation: settings, parameters, AWS clients, stores, tracking, executions.

The foundation imports no other package of this project.
"""
