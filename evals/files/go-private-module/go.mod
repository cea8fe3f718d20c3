module git.corp.example/billing/meter

go 1.26

require git.corp.example/billing/rates v1.4.2
