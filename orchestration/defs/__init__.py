"""Thin assets by stage: each opens what it needs, calls one domain function and returns counts."""
