import pytest

pytest.register_assert_rewrite("tests.adapters.real_server")
