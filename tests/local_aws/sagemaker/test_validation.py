"""Validation: what satisfies SageMaker's own model passes, and every problem is listed."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from local_aws.sagemaker.errors import Refused
from local_aws.sagemaker.validation import require_valid

names = st.from_regex(r"[a-zA-Z0-9](-*[a-zA-Z0-9]){0,62}", fullmatch=True)


@settings(deadline=None)  # the first call reads the model, and machines are busy
@given(name=names.filter(lambda name: len(name) <= 63))
def test_every_name_that_the_service_allows_passes(name):
    require_valid("CreateEndpoint", {"EndpointName": name, "EndpointConfigName": name})


@settings(deadline=None)  # the first call reads the model, and machines are busy
@given(name=st.text(max_size=80))
def test_every_other_name_is_refused(name):
    allowed = re.fullmatch(r"[a-zA-Z0-9](-*[a-zA-Z0-9]){0,62}", name) and len(name) <= 63
    if not allowed:
        with pytest.raises(Refused, match="at 'endpointName' failed to satisfy constraint"):
            require_valid("DescribeEndpoint", {"EndpointName": name})


def test_every_problem_of_a_request_is_listed():
    with pytest.raises(Refused) as refused:
        require_valid("CreateEndpoint", {"EndpointName": "a b"})
    assert refused.value.message.startswith("2 validation errors detected: ")
    assert "Value null at 'endpointConfigName'" in refused.value.message


@pytest.mark.parametrize(
    ("variant", "where"),
    [
        ({"ModelName": "m"}, "productionVariants.1.member.variantName"),
        ({"VariantName": "v", "InitialInstanceCount": 0}, "initialInstanceCount"),
        ({"VariantName": "v", "InitialInstanceCount": "1"}, "initialInstanceCount"),
        ({"VariantName": "v", "InstanceType": "ml.abacus"}, "instanceType"),
        ({"VariantName": "v", "InitialVariantWeight": -1}, "initialVariantWeight"),
        (
            {"VariantName": "v", "ContainerStartupHealthCheckTimeoutInSeconds": 9999},
            "containerStart",
        ),
    ],
)
def test_a_problem_deep_inside_is_named_by_its_path(variant, where):
    with pytest.raises(Refused, match=re.escape(where)):
        require_valid(
            "CreateEndpointConfig", {"EndpointConfigName": "c", "ProductionVariants": [variant]}
        )


def test_lists_that_are_too_short_or_too_long_are_refused():
    for variants in ([], [{"VariantName": "v"}] * 11):
        with pytest.raises(Refused, match="'productionVariants'"):
            require_valid(
                "CreateEndpointConfig", {"EndpointConfigName": "c", "ProductionVariants": variants}
            )


def test_tags_may_be_in_any_script():
    tag = {"Key": "équipe", "Value": "詐欺 検知"}
    require_valid(
        "AddTags",
        {"ResourceArn": "arn:aws:sagemaker:us-east-1:000000000000:model/m", "Tags": [tag]},
    )
